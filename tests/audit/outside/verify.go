// A log of Folkmoot's, checked by the packages behind Go's checksum database and nothing of ours.
//
//	verify FOLDER KEY...
//
// The folder has what a site serves below /log/: checkpoint, tile/..., and, where there are any,
// checkpoints.jsonl (earlier checkpoints) and entry/*.tlog-proof. It is wrong, and the program ends
// with status 1, unless everything in it fits what one of the keys signed.
package main

import (
	"bufio"
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

const height = 8 // of a tile, by C2SP tlog-tiles

type folder string

func (f folder) Height() int                     { return height }
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles finds tiles where C2SP puts them: as Go does, but without the height in their path.
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", path, len(data))
		}
		read = append(read, data)
	}
	return read, nil
}

// bundle returns the entries below a tile: each behind its length, 16 bits, big-endian.
func (f folder) bundle(n int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: 0, N: n, W: width}
	path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(string(f), path))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s ends in the middle of an entry", path)
		}
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("%s holds %d entries, not %d", path, len(entries), width)
	}
	return entries, nil
}

func open(text []byte, keys note.Verifiers) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(text, keys)
	if err != nil {
		return tree, err
	}
	lines := strings.SplitN(opened.Text, "\n", 4)
	if len(lines) != 4 || lines[0] != opened.Sigs[0].Name {
		return tree, fmt.Errorf("this is not a checkpoint of %s", opened.Sigs[0].Name)
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

func checkEntries(f folder, tree tlog.Tree, hashes tlog.HashReader) error {
	for n := int64(0); n*256 < tree.N; n++ {
		width := int(tree.N - n*256)
		if width > 256 {
			width = 256
		}
		entries, err := f.bundle(n, width)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			index := n*256 + int64(i)
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err != nil {
				return fmt.Errorf("entry %d: %w", index, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
				return fmt.Errorf("entry %d: %w", index, err)
			}
		}
	}
	return nil
}

func checkEarlier(f folder, tree tlog.Tree, keys note.Verifiers, hashes tlog.HashReader) (int, error) {
	file, err := os.Open(filepath.Join(string(f), "checkpoints.jsonl"))
	if os.IsNotExist(err) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	defer file.Close()
	count := 0
	for lines := bufio.NewScanner(file); lines.Scan(); count++ {
		var line struct{ Note string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return count, err
		}
		earlier, err := open([]byte(line.Note), keys)
		if err != nil {
			return count, fmt.Errorf("checkpoint %d: %w", count, err)
		}
		if earlier.N == 0 {
			continue // Go proves nothing from the empty tree
		}
		proof, err := tlog.ProveTree(tree.N, earlier.N, hashes)
		if err != nil {
			return count, fmt.Errorf("checkpoint of %d: %w", earlier.N, err)
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, earlier.Hash); err != nil {
			return count, fmt.Errorf("checkpoint of %d: %w", earlier.N, err)
		}
	}
	return count, nil
}

// checkProof checks a C2SP tlog-proof: the entry's place, a path of hashes, and the checkpoint that they lead to.
func checkProof(f folder, path string, keys note.Verifiers) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, checkpoint, found := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return fmt.Errorf("%s is not a tlog-proof", path)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := open([]byte(checkpoint), keys)
	if err != nil {
		return err
	}
	entry, err := os.ReadFile(strings.TrimSuffix(path, ".tlog-proof") + ".json")
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func run(f folder, vkeys []string) error {
	var verifiers []note.Verifier
	for _, vkey := range vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return err
		}
		verifiers = append(verifiers, verifier)
	}
	keys := note.VerifierList(verifiers...)
	text, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := open(text, keys)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, f)
	if err := checkEntries(f, tree, hashes); err != nil {
		return err
	}
	earlier, err := checkEarlier(f, tree, keys, hashes)
	if err != nil {
		return err
	}
	proofs, err := filepath.Glob(filepath.Join(string(f), "entry", "*.tlog-proof"))
	if err != nil {
		return err
	}
	for _, path := range proofs {
		if err := checkProof(f, path, keys); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	fmt.Printf("entries %d earlier %d proofs %d\n", tree.N, earlier, len(proofs))
	return nil
}

func main() {
	if err := run(folder(os.Args[1]), os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
