// Package tagger makes the tags of a container, as comp/core/tagger of DataDog/datadog-agent does.
package tagger

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Container is what tags are made from.
type Container struct {
	ID string
	// Name without the leading slash.
	Name string
	// Image is the reference the container was made with, such as redis:7 or registry:5000/team/redis.
	Image   string
	ImageID string
	Labels  map[string]string
	// Env are variables in the form name=value.
	Env []string
}

// Tagger holds the settings that turn labels and variables into tags.
type Tagger struct {
	// EnvAsTags and LabelsAsTags map a name in lower case to a tag's name.
	EnvAsTags    map[string]string
	LabelsAsTags map[string]string
}

// standardEnv are the variables of unified service tagging.
var standardEnv = map[string]string{"DD_ENV": "env", "DD_SERVICE": "service", "DD_VERSION": "version"}

// standardLabels are the labels of unified service tagging.
var standardLabels = map[string]string{
	"com.datadoghq.tags.env": "env", "com.datadoghq.tags.service": "service", "com.datadoghq.tags.version": "version",
}

// additionalTagsLabel holds a JSON list of further tags.
const additionalTagsLabel = "com.datadoghq.ad.tags"

// Low gives the tags that a check of the container gets: those that don't differ between containers of one kind.
func (t Tagger) Low(container Container) []string {
	tags := t.shared(container)
	sort.Strings(tags)
	return slices.Compact(tags)
}

// High gives Low and what names the very container: the tags of metrics of a container.
func (t Tagger) High(container Container) []string {
	tags := append(t.shared(container), "container_name:"+container.Name, "container_id:"+container.ID)
	sort.Strings(tags)
	return slices.Compact(tags)
}

func (t Tagger) shared(container Container) []string {
	tags := ImageTags(container.Image)
	if container.ImageID != "" {
		tags = append(tags, "image_id:"+container.ImageID)
	}
	for label, value := range container.Labels {
		if name, standard := standardLabels[label]; standard && value != "" {
			tags = append(tags, name+":"+value)
		}
		if label == additionalTagsLabel {
			tags = append(tags, parseAdditionalTags(value)...)
		}
		tags = append(tags, mapped(t.LabelsAsTags, label, value)...)
	}
	for _, variable := range container.Env {
		name, value, _ := strings.Cut(variable, "=")
		if tag, standard := standardEnv[name]; standard && value != "" {
			tags = append(tags, tag+":"+value)
		}
		tags = append(tags, mapped(t.EnvAsTags, name, value)...)
	}
	return tags
}

// mapped makes the tags that a setting asks for. One name may ask for several tags, with commas; a plus before a tag's
// name, which the original takes for high cardinality, makes no difference here.
func mapped(names map[string]string, name, value string) []string {
	wanted, asked := names[strings.ToLower(name)]
	if !asked || value == "" {
		return nil
	}
	var tags []string
	for _, tag := range strings.Split(wanted, ",") {
		tags = append(tags, fmt.Sprintf("%s:%s", strings.TrimPrefix(strings.TrimSpace(tag), "+"), value))
	}
	return tags
}

func parseAdditionalTags(value string) []string {
	var tags []string
	// The original ignores a label that is no JSON list, with a log line at debug level.
	if err := json.Unmarshal([]byte(value), &tags); err != nil {
		return nil
	}
	return tags
}

// ImageTags are the tags that an image's name gives.
func ImageTags(reference string) []string {
	name, tag := SplitImage(reference)
	if tag == "" {
		tag = "latest"
	}
	return []string{"image_name:" + name, "short_image:" + ShortImage(name), "image_tag:" + tag, "docker_image:" + name + ":" + tag}
}

// SplitImage separates a reference's name from its tag; a digest is left out.
func SplitImage(reference string) (name, tag string) {
	name, _, _ = strings.Cut(reference, "@")
	colon := strings.LastIndex(name, ":")
	if colon < 0 || strings.Contains(name[colon:], "/") {
		return name, ""
	}
	return name[:colon], name[colon+1:]
}

// ShortImage is the last part of an image's name: redis for registry/team/redis.
func ShortImage(name string) string {
	return name[strings.LastIndex(name, "/")+1:]
}
