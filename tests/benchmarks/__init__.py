"""How fast the engine is on this machine, beside a raw COPY and a good hand-written script: `make bench`."""
