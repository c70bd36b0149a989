"""Rule files: where they are, what they must look like, and whether their examples hold. What a rule does is decided
by the room that interprets it: `repair` for repair and furniture, `link` for sources."""
