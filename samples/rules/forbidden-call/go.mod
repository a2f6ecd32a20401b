module example.com/rules/forbidden-call

go 1.21
