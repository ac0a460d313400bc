// Reads what factcheck hands out of a log with other people's code: golang.org/x/mod/sumdb/note and tlog, which Go's checksum database uses.
//
//	main LOG            a folder that factcheck log export wrote: checkpoint, entries, tiles, and each entry's own signature
//	main LOG PROOFS     also N.leaf and N.tlog-proof of that folder, and consistency, with old-checkpoint, the request to a witness
//
// It prints what it checked and exits with 1 at the first fault.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(what string, err error) {
	if err != nil {
		fmt.Println(what+":", err)
		os.Exit(1)
	}
}

func demand(what string, holds bool) {
	if !holds {
		fmt.Println("not so:", what)
		os.Exit(1)
	}
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	check("read", err)
	return data
}

// head opens a checkpoint: origin, size and root, one to a line.
func head(data []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(data, note.VerifierList(verifier))
	check("checkpoint", err)
	lines := strings.Split(opened.Text, "\n")
	demand("origin is the key's name", lines[0] == verifier.Name())
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check("size", err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check("root", err)
	tree := tlog.Tree{N: size}
	demand("a root has 32 bytes", copy(tree.Hash[:], root) == 32)
	return tree
}

// path of a tile: thousands in folders of their own, all but the last marked, as C2SP tlog-tiles says.
func path(level string, index, width int64) string {
	name := fmt.Sprintf("%03d", index%1000)
	for index /= 1000; index > 0; index /= 1000 {
		name = fmt.Sprintf("x%03d/%s", index%1000, name)
	}
	if width < 256 {
		name += fmt.Sprintf(".p/%d", width)
	}
	return "tile/" + level + "/" + name
}

// eachTile calls with the index and width of every tile that holds n values.
func eachTile(n int64, call func(index, width int64)) {
	for at := int64(0); at*256 < n; at++ {
		width := n - at*256
		if width > 256 {
			width = 256
		}
		call(at, width)
	}
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, at := range indexes {
		found = append(found, s[at])
	}
	return found, nil
}

// signed checks a leaf as a note of its author, whose name is the key.
func signed(leaf []byte) {
	var envelope struct{ Actor string }
	line, _, _ := bytes.Cut(leaf, []byte("\n"))
	check("envelope", json.Unmarshal(line, &envelope))
	public, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(envelope.Actor, "ed25519:"))
	check("key", err)
	key := append([]byte{1}, public...)
	sum := sha256.Sum256(append([]byte(envelope.Actor+"\n"), key...))
	verifier, err := note.NewVerifier(fmt.Sprintf("%s+%08x+%s", envelope.Actor, binary.BigEndian.Uint32(sum[:4]), base64.StdEncoding.EncodeToString(key)))
	check("verifier", err)
	_, err = note.Open(leaf, note.VerifierList(verifier))
	check("signature of an entry", err)
}

// proof reads hashes in base64, a line each, up to an empty line; behind it stands a checkpoint.
func proof(data []byte) ([]tlog.Hash, []byte) {
	before, after, _ := bytes.Cut(append([]byte("\n"), data...), []byte("\n\n"))
	var hashes []tlog.Hash
	for _, line := range strings.Split(string(before), "\n") {
		if raw, err := base64.StdEncoding.DecodeString(line); err == nil && len(raw) == 32 {
			hashes = append(hashes, *(*tlog.Hash)(raw))
		}
	}
	return hashes, after
}

func main() {
	log := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(log, "vkey"))))
	check("vkey", err)
	tree := head(read(log, "checkpoint"), verifier)

	var hashes stored
	count := int64(0)
	eachTile(tree.N, func(index, width int64) {
		data := read(log, path("entries", index, width))
		for ; len(data) > 0; count++ {
			size := int(binary.BigEndian.Uint16(data))
			leaf := data[2 : 2+size]
			data = data[2+size:]
			signed(leaf)
			added, err := tlog.StoredHashes(count, leaf, hashes)
			check("hashes", err)
			hashes = append(hashes, added...)
		}
	})
	demand("as many entries as the checkpoint says", count == tree.N)
	root, err := tlog.TreeHash(tree.N, hashes)
	check("root", err)
	demand("the entries make the signed root", root == tree.Hash)

	tiles := 0
	for level, n := 0, tree.N; n > 0; level, n = level+1, n/256 {
		eachTile(n, func(index, width int64) {
			var want []byte
			for at := int64(0); at < width; at++ {
				hash := hashes[tlog.StoredHashIndex(8*level, index*256+at)]
				want = append(want, hash[:]...)
			}
			demand("a tile holds the hashes", bytes.Equal(want, read(log, path(strconv.Itoa(level), index, width))))
			tiles++
		})
	}
	fmt.Printf("%d entries, %d tiles, root %x\n", count, tiles, root[:6])
	if len(os.Args) < 3 {
		return
	}

	proofs := os.Args[2]
	leaves, err := filepath.Glob(filepath.Join(proofs, "*.leaf"))
	check("proofs", err)
	for _, name := range leaves {
		text := read(strings.TrimSuffix(name, ".leaf") + ".tlog-proof")
		lines := strings.SplitN(string(text), "\n", 3)
		demand("a proof says what it is", lines[0] == "c2sp.org/tlog-proof@v1")
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
		check("index", err)
		path, note := proof([]byte(lines[2]))
		at := head(note, verifier)
		check("inclusion of "+name, tlog.CheckRecord(path, at.N, at.Hash, index, tlog.RecordHash(read(name))))
	}
	request := read(proofs, "consistency")
	line, rest, _ := bytes.Cut(request, []byte("\n"))
	old := head(read(proofs, "old-checkpoint"), verifier)
	demand("the request names the old size", string(line) == fmt.Sprintf("old %d", old.N))
	steps, now := proof(rest)
	newer := head(now, verifier)
	check("consistency", tlog.CheckTree(steps, newer.N, newer.Hash, old.N, old.Hash))
	fmt.Printf("%d inclusion proofs, consistency from %d to %d\n", len(leaves), old.N, newer.N)
}
