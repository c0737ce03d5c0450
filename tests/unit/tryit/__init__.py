"""The sender of Try-it over real sockets."""
