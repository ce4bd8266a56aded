#!/usr/bin/env python3
"""Debian's `age` opens a key file of icn, and what it finds there are the key's 24 words."""

import os
import pty
import subprocess
import sys
import tempfile

PASSPHRASE = "correct horse battery staple"


def age_decrypt(path):
    """Runs `age -d` on a terminal of its own, types the passphrase and returns what it prints."""
    read, write = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        os.dup2(write, 1)
        os.execvp("age", ["age", "-d", path])
    os.close(write)
    asked = b""
    while b"passphrase" not in asked.lower():
        asked += os.read(terminal, 1024)
    os.write(terminal, PASSPHRASE.encode() + b"\n")
    with os.fdopen(read, "rb") as output:
        text = output.read().decode()
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(f"age ended with {status}")
    return text


def main():
    icn = os.path.abspath(os.environ["ICN"])
    with tempfile.TemporaryDirectory() as work:
        secret = os.path.join(work, "passphrase")
        with open(secret, "w", encoding="utf-8") as file:
            file.write(PASSPHRASE + "\n")

        def run(*words):
            command = [icn, *words, "--data-dir", work]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        run("keys", "new", "--passphrase-file", secret)
        words = run("keys", "export", "--passphrase-file", secret)
        found = age_decrypt(os.path.join(work, "keys", "node.age"))
        if found.split() != words.split() or len(found.split()) != 24:
            sys.exit("age found other words than icn")
    print("ok: age opens a key file of icn and finds its 24 words")


main()
