module example.com/rules/deep-stack

go 1.21
