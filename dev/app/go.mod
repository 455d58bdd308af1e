module fairlead.dev/app

go 1.24
