# Multi-stage: the SDK builds, the runtime image runs as an ordinary user. Nothing listens unless a node's settings say so.
#   docker build .                                        one process, no cluster
#   docker build --build-arg AKKA=true .                  with the cluster's nodes; Akka.NET's packages come from nuget.org
#   docker build --build-arg AKKA=true --build-arg AKKA_FEED=https://packages.example.org/v3/index.json .     ... from a feed of your own (a URL, or a folder of the build context, as /source/feed)
#   docker build --build-arg CP2K=true .                  with CP2K, its basis sets and potentials (some 700 MB more)
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG AKKA=false
ARG AKKA_FEED=
WORKDIR /source
COPY . .
RUN dotnet publish src/IpActors.App -c Release -o /app -p:Akka=$AKKA ${AKKA_FEED:+-p:RestoreAdditionalProjectSources=$AKKA_FEED}

FROM mcr.microsoft.com/dotnet/runtime:10.0
ARG CP2K=false
ARG UID=1000
RUN apt-get update && apt-get install -y --no-install-recommends libsymspg1 $([ "$CP2K" = true ] && echo cp2k cp2k-data) && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
COPY config /config
# The base image may have a user of that number already.
RUN { getent passwd $UID >/dev/null || useradd --create-home --uid $UID ipactors; } && mkdir /data && chown $UID /data
USER $UID
WORKDIR /data
ENTRYPOINT ["dotnet", "/app/ipactors.dll"]
CMD ["run", "/config/quickstart.yaml"]
