// Runs the Go snippet of docs/verify-a-webhook.md on every case: one line each, true or false.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

type webhook struct {
	Secret, Body string
	Headers      map[string]string
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	var cases []webhook
	if err == nil {
		err = json.Unmarshal(text, &cases)
	}
	if err != nil {
		panic(err)
	}
	for _, c := range cases {
		headers := http.Header{}
		for name, value := range c.Headers {
			headers.Set(name, value)
		}
		fmt.Println(verify(c.Secret, headers, []byte(c.Body)))
	}
}
