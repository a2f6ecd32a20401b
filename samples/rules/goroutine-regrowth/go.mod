module example.com/rules/goroutine-regrowth

go 1.21
