#!/usr/bin/python3
"""The hash of an event as src/IpActors.Engine/Codec/EventCodec.cs documents it, computed apart from it: prints the hash that EventCodecTests expects."""
import hashlib
import struct


def event_hash(persistence_id, sequence_number, manifest, body, previous):
    sha = hashlib.sha256()

    def add(data):
        sha.update(struct.pack("<q", len(data)))
        sha.update(data)

    add(persistence_id.encode())
    sha.update(struct.pack("<q", sequence_number))
    add(manifest.encode())
    add(body)
    add(previous.encode())
    return sha.hexdigest()


print(event_hash("play/toy/a", 1, "toy.added/1", b'{"id":"x","n":5}', "0" * 64))
