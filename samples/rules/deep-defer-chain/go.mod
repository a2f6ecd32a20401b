module example.com/rules/deep-defer-chain

go 1.21
