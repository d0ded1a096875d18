using System.Text.Json.Nodes;

namespace EServices.Application.Forms;

/// <summary>Where two forms differ.</summary>
internal static class FormChanges
{
    /// <summary>Pointers of what was added, removed or changed, as deep as the structure is the same. A list whose length changed is named as a whole.</summary>
    public static IReadOnlyList<string> Between(JsonObject before, JsonObject after)
    {
        var changes = new List<string>();
        Compare(before, after, "", changes);
        return changes;
    }

    private static void Compare(JsonNode? before, JsonNode? after, string pointer, List<string> changes)
    {
        switch (before, after)
        {
            case (JsonObject old, JsonObject now):
                foreach (var name in old.Select(member => member.Key).Union(now.Select(member => member.Key)))
                {
                    var place = $"{pointer}/{JsonPointer.Escape(name)}";
                    if (old.ContainsKey(name) && now.ContainsKey(name))
                        Compare(old[name], now[name], place, changes);
                    else
                        changes.Add(place);
                }
                break;
            case (JsonArray old, JsonArray now) when old.Count == now.Count:
                for (var index = 0; index < old.Count; index++)
                    Compare(old[index], now[index], $"{pointer}/{index}", changes);
                break;
            default:
                if (!JsonNode.DeepEquals(before, after))
                    changes.Add(pointer);
                break;
        }
    }
}
