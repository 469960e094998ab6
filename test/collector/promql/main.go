// Reads a JSON list of PromQL expressions and writes a list of what Prometheus' own parser says of each: "" where it takes it.
package main

import (
	"encoding/json"
	"os"

	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	var expressions []string
	if err := json.NewDecoder(os.Stdin).Decode(&expressions); err != nil {
		panic(err)
	}

	answers := make([]string, len(expressions))
	for i, expression := range expressions {
		if _, err := parser.ParseExpr(expression); err != nil {
			answers[i] = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
