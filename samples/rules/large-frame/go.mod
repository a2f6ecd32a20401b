module example.com/rules/large-frame

go 1.21
