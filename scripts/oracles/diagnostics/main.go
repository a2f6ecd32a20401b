// Diagnostics reads the source of Go's runtime, and prints the functions that run only where a GODEBUG setting asks
// for it, or where the program dies: every call of them stands behind a test of a field of runtime's debug, behind a
// constant that is false in a release, right before a throw, or in a function of which the same is true.
//
//	diagnostics GOROOT    a name a line, in order
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// What never returns, or only prints.
var (
	fatal  = set("throw fatal fatalthrow fatalpanic panicmem panicIndex badPointer exit abort dieFromSignal crash")
	prints = set("print println printlock printunlock")
	// Constants of the runtime that are false but in builds for its own developers.
	constants = set("debugSelect debugMalloc debugScanConservative debugPcln debugTraceback stackDebug traceback " +
		"doubleCheckMalloc doubleCheckReadSchedt doubleCheckHeapPointers staticLockRanking debugChan debugTimers debugGcRoots " +
		"raceenabled msanenabled asanenabled")
)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// A call of a name by a function: whether a test stands before it.
type call struct {
	caller, callee string
	guarded        bool
}

// An index of what is read.
type reading struct {
	functions map[string]bool
	calls     []call
	// Functions of which a value is taken: they may be called from anywhere.
	values map[string]bool
}

// Settings that are on unless GODEBUG says otherwise: parsedebugvars assigns them a number that is not zero, or dbgvars
// has one for them.
var on = map[string]bool{}

func findDefaults(d *ast.GenDecl) {
	ast.Inspect(d, func(n ast.Node) bool {
		c, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		field, isOn := "", false
		for _, e := range c.Elts {
			pair, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			key, _ := pair.Key.(*ast.Ident)
			if key == nil {
				continue
			}
			if v, ok := pair.Value.(*ast.BasicLit); ok && key.Name == "def" && v.Value != "0" {
				isOn = true
			}
			if a, ok := pair.Value.(*ast.UnaryExpr); ok && key.Name == "value" {
				if s, ok := a.X.(*ast.SelectorExpr); ok {
					field = s.Sel.Name
				}
			}
		}
		if isOn {
			on[field] = true
		}
		return true
	})
}

func findSettings(f *ast.FuncDecl) {
	ast.Inspect(f, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
			return true
		}
		s, isField := a.Lhs[0].(*ast.SelectorExpr)
		v, isNumber := a.Rhs[0].(*ast.BasicLit)
		if isField && isNumber && v.Value != "0" {
			on[s.Sel.Name] = true
		}
		return true
	})
}

// name returns a function's name; a method's begins with a dot, whatever it is a method of.
func name(f *ast.FuncDecl) string {
	if f.Recv != nil {
		return "." + f.Name.Name
	}
	return f.Name.Name
}

// isGuard says whether a condition asks for a setting. A condition that is joined by || with another asks for nothing.
func isGuard(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return isGuard(e.X)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND:
			return isGuard(e.X) || isGuard(e.Y)
		case token.LOR:
			return isGuard(e.X) && isGuard(e.Y)
		case token.NEQ, token.GTR, token.GEQ:
			return isSetting(e.X)
		}
		return false
	}
	return isSetting(e)
}

func isSetting(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		x, ok := e.X.(*ast.Ident)
		return ok && x.Name == "debug" && !on[e.Sel.Name]
	case *ast.Ident:
		return constants[e.Name]
	case *ast.CallExpr:
		s, ok := e.Fun.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "Load" && isSetting(s.X)
	}
	return false
}

// callee returns the name that a call calls, a method's with a dot before it; "" where that is none.
func callee(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return "." + f.Sel.Name
	}
	return ""
}

// dies says whether a list of statements ends the program.
func dies(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	e, ok := list[len(list)-1].(*ast.ExprStmt)
	if !ok {
		return false
	}
	c, ok := e.X.(*ast.CallExpr)
	return ok && fatal[callee(c)]
}

func (r *reading) walk(n ast.Node, caller string, guarded bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			if n.Init != nil {
				r.walk(n.Init, caller, guarded)
			}
			r.walk(n.Cond, caller, guarded)
			r.walk(n.Body, caller, guarded || isGuard(n.Cond))
			if n.Else != nil {
				r.walk(n.Else, caller, guarded)
			}
			return false
		case *ast.BlockStmt:
			if !guarded && dies(n.List) {
				r.walkList(n.List, caller, true)
				return false
			}
			r.walkList(n.List, caller, guarded)
			return false
		case *ast.CaseClause:
			for _, e := range n.List {
				r.walk(e, caller, guarded)
			}
			r.walkList(n.Body, caller, guarded || dies(n.Body))
			return false
		case *ast.CallExpr:
			if name := callee(n); name != "" {
				r.calls = append(r.calls, call{caller, name, guarded})
				for _, a := range n.Args {
					r.walk(a, caller, guarded)
				}
				if s, ok := n.Fun.(*ast.SelectorExpr); ok {
					r.walk(s.X, caller, guarded)
				}
				return false
			}
		case *ast.Field: // its names are no values
			r.walk(n.Type, caller, guarded)
			return false
		case *ast.KeyValueExpr:
			if _, ok := n.Key.(*ast.Ident); !ok {
				r.walk(n.Key, caller, guarded)
			}
			r.walk(n.Value, caller, guarded)
			return false
		case *ast.SelectorExpr:
			r.walk(n.X, caller, guarded)
			r.values["."+n.Sel.Name] = true
			return false
		case *ast.Ident:
			r.values[n.Name] = true
		}
		return true
	})
}

// walkList reads statements. What follows `if debug.x == 0 { return }` is behind a test.
func (r *reading) walkList(list []ast.Stmt, caller string, guarded bool) {
	for _, s := range list {
		r.walk(s, caller, guarded)
		i, ok := s.(*ast.IfStmt)
		if !ok || len(i.Body.List) == 0 {
			continue
		}
		b, ok := i.Cond.(*ast.BinaryExpr)
		if !ok || b.Op != token.EQL && b.Op != token.LEQ || !isSetting(b.X) {
			continue
		}
		if _, ok := i.Body.List[len(i.Body.List)-1].(*ast.ReturnStmt); ok {
			guarded = true
		}
	}
}

func main() {
	r := reading{functions: map[string]bool{}, values: map[string]bool{}}
	trees := []*ast.File{}
	files := []string{}
	for _, folder := range []string{"runtime", "internal/runtime/maps", "internal/runtime/atomic"} {
		found, _ := filepath.Glob(filepath.Join(os.Args[1], "src", folder, "*.go"))
		files = append(files, found...)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		trees = append(trees, parsed)
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "parsedebugvars" {
				findSettings(f)
			}
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				findDefaults(g)
			}
		}
	}
	for _, parsed := range trees {
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				r.walk(d, "", false)
				continue
			}
			// What is linked to another package's name, or exported, is called from outside.
			if f.Name.IsExported() && f.Recv == nil || f.Doc != nil && strings.Contains(text(f.Doc), "go:linkname "+name(f)+" ") {
				r.values[name(f)] = true
			}
			r.functions[name(f)] = true
			if f.Body != nil {
				r.walkList(f.Body.List, name(f), false)
			}
		}
	}
	only := r.settle()
	names := []string{}
	for n := range only {
		if r.functions[n] {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Println(n)
	}
}

func text(c *ast.CommentGroup) string {
	all := ""
	for _, l := range c.List {
		all += l.Text + " \n"
	}
	return all
}

// settle returns the names all of whose calls are guarded, or made by one of these names.
func (r *reading) settle() map[string]bool {
	only := map[string]bool{}
	called := map[string]bool{}
	for _, c := range r.calls {
		called[c.callee] = true
	}
	for n := range r.functions {
		if called[n] && !r.values[n] && !fatal[n] {
			only[n] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, c := range r.calls {
			if only[c.callee] && !c.guarded && !only[c.caller] && !fatal[c.caller] {
				delete(only, c.callee)
				changed = true
			}
		}
	}
	return only
}
