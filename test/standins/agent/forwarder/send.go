package forwarder

import (
	"fmt"
	"io"
	"net/http"
)

// Send sends a request with the key, for those that bring their data to the intake by themselves. It fails unless the
// intake takes it.
func Send(client *http.Client, request *http.Request, apiKey string) error {
	request.Header.Set("DD-API-KEY", apiKey)
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("the intake answered %s", response.Status)
	}
	return nil
}
