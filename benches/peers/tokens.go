// Go's encoding/xml, going through the tokens of the text and making nothing of them.
package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	best := 0.0
	for round := 0; round < 5; round++ {
		begun := time.Now()
		decoder := xml.NewDecoder(bytes.NewReader(text))
		for {
			if _, err := decoder.Token(); err == io.EOF {
				break
			} else if err != nil {
				panic(err)
			}
		}
		if speed := float64(len(text)) / time.Since(begun).Seconds() / 1e6; speed > best {
			best = speed
		}
	}
	fmt.Printf("%.0f MB/s\n", best)
}
