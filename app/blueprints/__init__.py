"""The routes, one package per feature: parse, call one service, answer."""
