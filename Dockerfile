# Builds Telefonist on Debian 12 and leaves only the program: recordings and the demo site are
# inside it.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package server

FROM debian:bookworm-slim
# Whose certificates are believed, for a database or a directory behind TLS.
RUN apt-get update && apt-get install --no-install-recommends -y ca-certificates \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --home-dir /var/lib/telefonist --create-home telefonist
COPY --from=build /src/target/release/telefonist /usr/local/bin/telefonist
USER telefonist
WORKDIR /var/lib/telefonist
ENTRYPOINT ["telefonist"]
CMD ["serve", "/site", "--data", "/var/lib/telefonist"]
