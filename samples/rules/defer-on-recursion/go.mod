module example.com/rules/defer-on-recursion

go 1.21
