"""Is it right? Actuals, backtest, published cases, worked examples."""
