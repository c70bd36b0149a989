// Where the list of stories and their texts come from: the open archive, as it is now.

const readIndex = () => askFor("/api/index");
const readStory = (entry) =>
  askFor(`/api/story?cluster=${encodeURIComponent(entry.cluster.replace(/\p{Surrogate}/gu, "\uFFFD"))}`);
