module example.com/rules/lock-without-unlock

go 1.21
