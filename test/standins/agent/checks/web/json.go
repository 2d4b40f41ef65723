package web

import (
	"context"
	"encoding/json"
)

// GetJSON asks for a page that is JSON and reads it into a value.
func (c *Client) GetJSON(ctx context.Context, address string, into any) error {
	answer, err := c.Get(ctx, address)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(answer.Body), into)
}
