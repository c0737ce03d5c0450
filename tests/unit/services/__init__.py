"""The services over fakes of everything outside."""
