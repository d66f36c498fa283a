# nats:2 from Debian's package, for machines that reach no registry. Called like the official image.
FROM debian:bookworm-slim
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nats-server \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /data && chown nobody /data
USER nobody
EXPOSE 4222 8222
ENTRYPOINT ["nats-server"]
CMD ["-a", "0.0.0.0"]
