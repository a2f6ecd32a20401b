package main

import (
	"context"
	"runtime/pprof"
)

func labels() {
	pprof.Do(context.Background(), pprof.Labels("request", "42", "path", "/a b"), func(context.Context) {
		nilMap()
	})
}
