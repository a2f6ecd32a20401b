module example.com/rules/looping-defer

go 1.21
