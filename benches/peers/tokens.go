// Go's encoding/xml, going through the tokens of the text and making nothing of them.
package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"syscall"
)

// Seconds of the processor so far.
func processor() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	best := 0.0
	for round := 0; round < 5; round++ {
		begun := processor()
		decoder := xml.NewDecoder(bytes.NewReader(text))
		for {
			if _, err := decoder.Token(); err == io.EOF {
				break
			} else if err != nil {
				panic(err)
			}
		}
		if speed := float64(len(text)) / (processor() - begun) / 1e6; speed > best {
			best = speed
		}
	}
	fmt.Printf("%.0f MB/s\n", best)
}
