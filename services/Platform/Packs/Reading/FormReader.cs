using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EServices.Platform.Packs.Reading;

/// <summary>
/// Reads forms and makes each self-contained. A file whose name begins with an underscore is no form: it holds <c>$defs</c> that forms refer to,
/// as <c>_common.json#/$defs/address</c>. Front ends and validators get a schema without references to other files.
/// </summary>
internal static class FormReader
{
    // The schema is sent as application/json and never put into a page: Hindi and Urdu stay readable.
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<Form> Read(PackFolder pack, Known known)
    {
        var files = pack.Files("forms", ".json");
        var shared = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var file in files.Where(IsShared))
        {
            if (JsonFile.Root(pack, file) is not { } root) continue;
            shared[Path.GetFileName(file)] = root;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("$defs", out _)) pack.Findings.AtPointer(file, "", "A shared file holds its definitions in \"$defs\".");
            else new FormSchema(pack, file, root, shared).Check(isForm: false);
        }

        var forms = new List<Form>();
        foreach (var file in files.Where(file => !IsShared(file)))
        {
            var id = Path.GetFileNameWithoutExtension(file);
            known.Add(id, file);
            if (!PackFolder.Id().IsMatch(id)) pack.Findings.AtFile(file, $"\"{id}\" is not an id: small letters, digits and single hyphens.");
            if (JsonFile.Root(pack, file) is not { } root) continue;
            var before = pack.Findings.Count;
            var title = new FormSchema(pack, file, root, shared).Check(isForm: true);
            if (pack.Findings.Count > before) continue;
            var json = Bundle(pack, file, root, shared).ToJsonString(Compact);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = JsonFile.MaxDepth });
            forms.Add(new(id, title, document.RootElement.Clone(), json));
        }

        return forms;
    }

    private static bool IsShared(string file) => Path.GetFileName(file).StartsWith('_');

    private static JsonObject Bundle(PackFolder pack, string file, JsonElement root, Dictionary<string, JsonElement> shared)
    {
        var form = JsonObject.Create(root.Clone())!;
        var brought = new Dictionary<string, string>(StringComparer.Ordinal);
        var local = form["$defs"] as JsonObject;
        foreach (var name in local?.Select(property => property.Key) ?? []) brought[name] = "";

        var definitions = new JsonObject();
        Bring(form, "");
        if (definitions.Count > 0)
        {
            local ??= (JsonObject)(form["$defs"] = new JsonObject());
            foreach (var (name, schema) in definitions.ToList())
            {
                definitions.Remove(name);
                local[name] = schema;
            }
        }

        return form;

        // "from" is the shared file a node was taken from; its own "#/$defs/x" means that file's x.
        void Bring(JsonNode? node, string from)
        {
            if (node is JsonArray list)
            {
                foreach (var item in list) Bring(item, from);
                return;
            }

            if (node is not JsonObject schema) return;
            if (schema["$ref"] is JsonValue reference && reference.TryGetValue<string>(out var text) && FormSchema.Split(text) is var (file, name))
            {
                var source = file.Length > 0 ? file : from;
                if (source.Length > 0) Take(source, name);
                schema["$ref"] = $"#/$defs/{name}";
            }

            foreach (var (key, value) in schema)
                if (key is not ("const" or "enum" or "default" or "examples")) Bring(value, from);
        }

        void Take(string source, string name)
        {
            if (brought.TryGetValue(name, out var already))
            {
                if (already != source) pack.Findings.AtFile(file, $"The form uses two definitions \"{name}\", one of {source} and one of {(already.Length > 0 ? already : "its own")}; give one another name.");
                return;
            }

            brought[name] = source;
            var taken = JsonNode.Parse(shared[source].GetProperty("$defs").GetProperty(name).GetRawText());
            Bring(taken, source);
            definitions[name] = taken;
        }
    }
}
