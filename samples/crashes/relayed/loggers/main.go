//go:build loggers

// Loggers recovers a panic and says so with the logger or the framework that its argument names.
package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"runtime/debug"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	chimiddleware "github.com/go-chi/chi/v5/middleware"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/rs/zerolog"
	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
	"k8s.io/klog/v2"
	"net/http"
)

type cart struct{ lines map[string]int }

//go:noinline
func (c *cart) add(name string) { c.lines[name]++ }

//go:noinline
func checkout() { new(cart).add("tea") }

func recovered(say func(v any)) {
	defer func() { say(recover()) }()
	checkout()
}

func main() {
	request := httptest.NewRequest("GET", "/cart?id=7", nil)
	switch os.Args[1] {
	case "zap":
		logger, _ := zap.NewProduction()
		recovered(func(v any) { logger.Error("panic recovered", zap.Any("panic", v)) })
	case "zap-stack":
		logger, _ := zap.NewProduction(zap.WithCaller(false))
		recovered(func(v any) {
			logger.Error("panic recovered", zap.Any("panic", v), zap.ByteString("stack", debug.Stack()))
		})
	case "zap-console":
		logger, _ := zap.NewDevelopment()
		recovered(func(v any) { logger.Error("panic recovered", zap.Any("panic", v)) })
	case "logrus":
		recovered(func(v any) { logrus.WithField("stack", string(debug.Stack())).Errorf("recovered: %v", v) })
	case "logrus-json":
		logrus.SetFormatter(&logrus.JSONFormatter{})
		recovered(func(v any) { logrus.Errorf("panic: %v\n%s", v, debug.Stack()) })
	case "zerolog":
		logger := zerolog.New(os.Stderr).With().Timestamp().Logger()
		recovered(func(v any) {
			logger.Error().Interface("panic", fmt.Sprint(v)).Bytes("stack", debug.Stack()).Msg("recovered")
		})
	case "zerolog-console":
		logger := zerolog.New(zerolog.ConsoleWriter{Out: os.Stderr, NoColor: false})
		recovered(func(v any) { logger.Error().Msgf("panic: %v\n%s", v, debug.Stack()) })
	case "klog":
		recovered(func(v any) { klog.Errorf("Observed a panic: %#v (%v)\n%s", v, v, debug.Stack()) })
		klog.Flush()
	case "slog":
		logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
		recovered(func(v any) { logger.Error("recovered", "panic", v, "stack", string(debug.Stack())) })
	case "slog-text":
		recovered(func(v any) {
			slog.New(slog.NewTextHandler(os.Stderr, nil)).Error("recovered", "panic", v, "stack", string(debug.Stack()))
		})
	case "json-indent":
		recovered(func(v any) {
			encoder := json.NewEncoder(os.Stderr)
			encoder.SetIndent("", "  ")
			encoder.Encode(map[string]any{"severity": "ERROR", "message": fmt.Sprintf("panic: %v\n\n%s", v, debug.Stack()), "labels": map[string]string{"pod": "shop-1"}})
		})
	case "gin":
		gin.SetMode(gin.ReleaseMode)
		engine := gin.New()
		engine.Use(gin.RecoveryWithWriter(os.Stderr))
		engine.GET("/cart", func(*gin.Context) { checkout() })
		engine.ServeHTTP(httptest.NewRecorder(), request)
	case "echo":
		server := echo.New()
		server.Logger.SetOutput(os.Stderr)
		server.Use(middleware.Recover())
		server.GET("/cart", func(echo.Context) error { checkout(); return nil })
		server.ServeHTTP(httptest.NewRecorder(), request)
	case "chi":
		router := chi.NewRouter()
		router.Use(chimiddleware.Recoverer)
		router.Get("/cart", func(http.ResponseWriter, *http.Request) { checkout() })
		router.ServeHTTP(httptest.NewRecorder(), request)
	}
}
