module example.com/rules/uncertain-frame

go 1.21
