// Checks what a log hands out with the checksum database of Go: the packages golang.org/x/mod/sumdb/note
// and golang.org/x/mod/sumdb/tlog read notes, receipts, consistency proofs and tiles. What is asked for
// comes in as JSON; for each item "" or what is wrong with it goes out.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type asked struct {
	Key      string
	Notes    []string
	Receipts []string
	Continue []struct {
		Old, New string
		Proof    []string
	}
	Tiles string
}

var verifiers note.Verifiers

// A checkpoint is a note of three lines: origin, size, root.
func checkpoint(text string) (int64, tlog.Hash, error) {
	var root tlog.Hash
	opened, err := note.Open([]byte(text), verifiers)
	if err != nil {
		return 0, root, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != opened.Sigs[0].Name {
		return 0, root, errors.New("it is no checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return 0, root, err
	}
	root, err = tlog.ParseHash(lines[2])
	return size, root, err
}

func hashes(lines []string) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		found = append(found, hash)
	}
	return found, nil
}

// A receipt is of c2sp.org/tlog-proof: the leaf stands in the line "extra".
func receipt(text string) error {
	head, signed, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("it is no receipt")
	}
	leaf, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	proof, err := hashes(lines[3:])
	if err != nil {
		return err
	}
	size, root, err := checkpoint(signed)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(tlog.RecordProof(proof), size, root, index, tlog.RecordHash(leaf))
}

func continues(old, new string, lines []string) error {
	size, root, err := checkpoint(old)
	if err != nil {
		return err
	}
	larger, other, err := checkpoint(new)
	if err != nil {
		return err
	}
	proof, err := hashes(lines)
	if err != nil {
		return err
	}
	return tlog.CheckTree(tlog.TreeProof(proof), larger, other, size, root)
}

// Tiles lie as tlog-tiles says, 256 hashes wide; Go's own paths name the height, too.
type folder string

func (folder) Height() int               { return 8 }
func (folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (at folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		name := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(at), name))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// The whole tree of a published folder, and its leaves one by one.
func published(at string) error {
	text, err := os.ReadFile(filepath.Join(at, "checkpoint"))
	if err != nil {
		return err
	}
	size, root, err := checkpoint(string(text))
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, folder(at))
	for n := int64(0); n < size; n++ {
		found, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		if err != nil {
			return err
		}
		leaf, err := entry(at, n, size)
		if err != nil {
			return err
		}
		if found[0] != tlog.RecordHash(leaf) {
			return fmt.Errorf("leaf %d is not the one of the tiles", n)
		}
		proof, err := tlog.ProveRecord(size, n, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, size, root, n, found[0]); err != nil {
			return err
		}
	}
	return nil
}

// The leaf of an index, as tlog-tiles writes entries: each behind its length in two bytes.
func entry(at string, n, size int64) ([]byte, error) {
	tile := tlog.Tile{H: 8, L: 0, N: n / 256, W: 256}
	if rest := size - 256*tile.N; rest < 256 {
		tile.W = int(rest)
	}
	name := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(at, name))
	if err != nil {
		return nil, err
	}
	for skip := n % 256; ; skip-- {
		if len(data) < 2 || len(data) < 2+int(data[0])<<8+int(data[1]) {
			return nil, errors.New("entries are cut short")
		}
		length := int(data[0])<<8 + int(data[1])
		if skip == 0 {
			return data[2 : 2+length], nil
		}
		data = data[2+length:]
	}
}

func said(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

func main() {
	var told asked
	var read bytes.Buffer
	read.ReadFrom(os.Stdin)
	if err := json.Unmarshal(read.Bytes(), &told); err != nil {
		panic(err)
	}
	key, err := note.NewVerifier(told.Key)
	if err != nil {
		panic(err)
	}
	verifiers = note.VerifierList(key)
	answers := map[string][]string{"notes": {}, "receipts": {}, "continue": {}, "tiles": {}}
	for _, text := range told.Notes {
		_, _, err := checkpoint(text)
		answers["notes"] = append(answers["notes"], said(err))
	}
	for _, text := range told.Receipts {
		answers["receipts"] = append(answers["receipts"], said(receipt(text)))
	}
	for _, pair := range told.Continue {
		answers["continue"] = append(answers["continue"], said(continues(pair.Old, pair.New, pair.Proof)))
	}
	if told.Tiles != "" {
		answers["tiles"] = append(answers["tiles"], said(published(told.Tiles)))
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}
