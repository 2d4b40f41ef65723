package checks

import "fmt"

// Latin1 is a text in Latin-1, in which some libraries of the originals send passwords. It has 256 characters.
func Latin1(text string) (string, error) {
	characters := []rune(text)
	encoded := make([]byte, len(characters))
	for index, character := range characters {
		if character > 0xff {
			//nolint:staticcheck // the original's text
			return "", fmt.Errorf("'latin-1' codec can't encode character '%c' in position %d: ordinal not in range(256)", character, index)
		}
		encoded[index] = byte(character)
	}
	return string(encoded), nil
}
