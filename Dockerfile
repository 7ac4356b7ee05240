# Multi-stage: the SDK builds, the runtime image runs as an ordinary user. Nothing listens.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/IpActors.App -c Release -o /app

FROM mcr.microsoft.com/dotnet/runtime:10.0
RUN apt-get update && apt-get install -y --no-install-recommends libsymspg1 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
COPY config /config
RUN useradd --create-home ipactors && mkdir /data && chown ipactors /data
USER ipactors
WORKDIR /data
ENTRYPOINT ["dotnet", "/app/ipactors.dll"]
CMD ["run", "/config/quickstart.yaml"]
