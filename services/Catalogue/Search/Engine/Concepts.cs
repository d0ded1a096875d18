namespace EServices.Catalogue.Search.Engine;

/// <summary>Words and phrases that mean one thing to who looks for a service.</summary>
/// <param name="Words">In any script; of spellings that sound the same one is enough.</param>
internal sealed record Concept(string Id, IReadOnlyList<string> Words);

/// <summary>
/// The phrases of all concepts as a tree of word keys. A key is how a word sounds in its script, number and case stripped, so that jati, jaati and jaathi are one;
/// in Devanagari and Urdu, which write the long a apart, it stays apart (कर is no कार).
/// </summary>
internal sealed class Concepts
{
    private readonly Dictionary<string, int> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> keyOf;
    private readonly Dictionary<long, int> steps = [];
    private readonly List<int[]> ends = [[]];

    public Concepts(IReadOnlyList<Concept> concepts)
    {
        keyOf = keys.GetAlternateLookup<ReadOnlySpan<char>>();
        Count = concepts.Count;
        for (var concept = 0; concept < concepts.Count; concept++)
        {
            foreach (var phrase in concepts[concept].Words)
            {
                var words = Words.Of(phrase);
                Add(words, concept);
                if (words.Count > 1)
                    Add([string.Concat(words)], concept);
            }
        }
    }

    public int Count { get; }

    /// <summary>The key of a word by its stem; -1 where no concept has it.</summary>
    public int Key(ReadOnlySpan<char> stem, Script script)
    {
        Span<byte> sounds = stackalloc byte[Sounds.Most];
        sounds = sounds[..Sounds.Of(stem, script, sounds)];
        Span<char> key = stackalloc char[Words.LongestWord + 2];
        return keyOf.TryGetValue(key[..Spell(stem, script, sounds, key)], out var found) ? found : -1;
    }

    /// <summary>One word further down the tree; 0 where no phrase goes on so. The tree begins at node 0.</summary>
    public int Step(int node, int key) => key >= 0 && steps.TryGetValue(((long)node << 32) | (uint)key, out var next) ? next : 0;

    /// <summary>The concepts whose phrase ends at the node.</summary>
    public int[] At(int node) => ends[node];

    private void Add(List<string> words, int concept)
    {
        if (words.Count == 0)
            return;
        Span<byte> sounds = stackalloc byte[Sounds.Most];
        Span<char> spelt = stackalloc char[Words.LongestWord + 2];
        var node = 0;
        foreach (var word in words)
        {
            var script = Stems.ScriptOf(word);
            var stem = Stems.Of(word, script);
            var text = new string(spelt[..Spell(stem, script, sounds[..Sounds.Of(stem, script, sounds)], spelt)]);
            if (!keys.TryGetValue(text, out var key))
                keys[text] = key = keys.Count;
            var step = ((long)node << 32) | (uint)key;
            if (!steps.TryGetValue(step, out var next))
            {
                steps[step] = next = ends.Count;
                ends.Add([]);
            }
            node = next;
        }
        if (!ends[node].Contains(concept))
            ends[node] = [.. ends[node], concept];
    }

    private static int Spell(ReadOnlySpan<char> stem, Script script, ReadOnlySpan<byte> sounds, Span<char> key)
    {
        var length = 0;
        key[length++] = (char)('0' + (int)script);
        if (sounds.Length == 0)
        {
            stem.CopyTo(key[length..]);
            return length + stem.Length;
        }
        foreach (var sound in sounds)
        {
            var said = script != Script.Latin ? sound : sound switch
            {
                Sounds.A => Sounds.Schwa,
                Sounds.E => Sounds.I,
                Sounds.O => Sounds.U,
                Sounds.Z => Sounds.J,
                Sounds.Sh => Sounds.S,
                _ => sound,
            };
            if (key[length - 1] != (char)('a' + said))
                key[length++] = (char)('a' + said);
        }
        // A last a is written or not.
        if (script == Script.Latin && length > 3 && key[length - 1] == (char)('a' + Sounds.Schwa))
            length--;
        return length;
    }
}
