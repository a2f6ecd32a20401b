module example.com/rules/atomic-in-loop

go 1.21
