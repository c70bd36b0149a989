"""The tables of `archive.duckdb`, the state that every export is made from.

Rows of articles, matches and links are kept as the JSON that is exported, because it is written once and read whole;
what is joined, counted or sorted by has a column of its own. Large tables have no index: scans and joins cost less.
JSON is ASCII-escaped where a text holds a lone surrogate, which a DuckDB string can't.
"""

from __future__ import annotations

SCHEMA_VERSION = 5

TABLES = """
CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE runs (run INTEGER PRIMARY KEY, started TIMESTAMPTZ NOT NULL, finished TIMESTAMPTZ);
CREATE TABLE inputs (
    name VARCHAR, sha256 VARCHAR, bytes UBIGINT NOT NULL, finished BOOLEAN NOT NULL, PRIMARY KEY (name, sha256));
CREATE TABLE documents (
    key VARCHAR NOT NULL,           -- 32 hex digits, hash of the record as read
    hash UBIGINT NOT NULL,          -- its first 64 bits, what joins use
    given_id VARCHAR NOT NULL,      -- the record's own id, JSON-encoded, or the one made from its content
    id VARCHAR NOT NULL,            -- what it is called here, JSON-encoded: that, with a hash where others have it too
    article VARCHAR NOT NULL,       -- JSON of the article without id and origin
    origin VARCHAR NOT NULL,        -- JSON
    edits VARCHAR NOT NULL,         -- JSON {field: [edit, ...]}
    credits VARCHAR NOT NULL,       -- JSON
    exact UBIGINT NOT NULL,         -- hash of the folded text, 0 for none
    signature BLOB NOT NULL,        -- MinHash, little-endian uint32
    sketch BLOB NOT NULL,           -- what a first comparison needs of it, little-endian uint32
    rests VARCHAR NOT NULL,         -- JSON {source that the story rests on: whether it may retell that one's}
    held UINTEGER NOT NULL,         -- how many join keys it has
    rules VARCHAR[] NOT NULL,       -- the rule of each repair
    assumed VARCHAR,                -- how its charset was told, NULL for UTF-8
    run INTEGER NOT NULL,           -- the one that added it
    changed INTEGER NOT NULL);      -- the last one that changed its line in articles.jsonl
CREATE TABLE touched (hash UBIGINT NOT NULL); -- documents whose neighbourhood has to be looked at again
CREATE TABLE keys (document UBIGINT NOT NULL, channel UTINYINT NOT NULL, value UBIGINT NOT NULL);
CREATE TABLE hot (                  -- values that so many documents hold that they bring none together
    channel UTINYINT NOT NULL, value UBIGINT NOT NULL);
CREATE TABLE matches (              -- a row a pair: an index would cost more than the scans that it saves
    a UBIGINT NOT NULL, b UBIGINT NOT NULL, -- hashes, a < b
    kept UTINYINT NOT NULL,         -- who has the other among its best candidates: 1 for a, 2 for b, added up;
                                    -- 0 where nobody has by now, or only a person's decision brought them up
    wanted BOOLEAN NOT NULL,        -- both rest on one source, whose story one may retell: shared facts count
    probability DOUBLE NOT NULL,    -- by their own texts
    settled DOUBLE NOT NULL,        -- in the light of what is around them
    alike BOOLEAN NOT NULL,         -- so like each other that they count as one neighbour of a third
    measured BLOB,                  -- figures that the model weighed, little-endian float32; NULL without sentences
    tells BOOLEAN,                  -- whether the facts that they share may tell that both are of one story; NULL
                                    -- where nobody looked
    found VARCHAR);                 -- JSON, NULL likewise
CREATE TABLE links (
    key VARCHAR NOT NULL,           -- of the copy
    original VARCHAR NOT NULL,      -- key of the original, or its name where that is not in the archive
    copy VARCHAR NOT NULL,          -- id, JSON-encoded
    canonical VARCHAR NOT NULL,     -- likewise
    relation VARCHAR NOT NULL, status VARCHAR NOT NULL,
    link VARCHAR NOT NULL);
CREATE TABLE clusters (
    original VARCHAR NOT NULL,      -- as in links
    virtual BOOLEAN NOT NULL,
    cluster VARCHAR NOT NULL,
    story VARCHAR NOT NULL);
CREATE TABLE names (                -- of originals that are not or were not in the archive, minted once and kept
    name VARCHAR PRIMARY KEY, minted INTEGER NOT NULL, keys VARCHAR NOT NULL);
CREATE TABLE forgotten (key VARCHAR PRIMARY KEY, run INTEGER NOT NULL); -- records that are not to come back
CREATE TABLE rejected (file VARCHAR, sha256 VARCHAR, line UBIGINT, byte_offset UBIGINT, reason VARCHAR, row VARCHAR);
CREATE TABLE decisions (            -- of people; rows are added and never changed
    decision INTEGER PRIMARY KEY, run INTEGER NOT NULL, row VARCHAR NOT NULL);
CREATE TABLE overruled (            -- which of them no longer count, and what each gave way to
    decision INTEGER PRIMARY KEY, newer INTEGER NOT NULL);
CREATE TABLE contradictions (       -- what speaks against those that count, and the run that found it first
    decision INTEGER NOT NULL, words VARCHAR NOT NULL, document VARCHAR NOT NULL, says VARCHAR NOT NULL,
    run INTEGER NOT NULL);
CREATE TABLE changes (              -- of links, by the run that made them; before and after are JSON, NULL for no link
    run INTEGER NOT NULL, copy VARCHAR NOT NULL, id VARCHAR NOT NULL, before VARCHAR, after VARCHAR,
    why VARCHAR NOT NULL);
"""
