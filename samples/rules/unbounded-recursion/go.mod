module example.com/rules/unbounded-recursion

go 1.21
