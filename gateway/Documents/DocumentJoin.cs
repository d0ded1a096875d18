using System.Text.Json.Nodes;
using EServices.Gateway.Routing;

namespace EServices.Gateway.Documents;

/// <summary>
/// Makes one OpenAPI 3.1 document of the services'. Only operations to which the gateway has a way are in it. A component that two services call the same but
/// describe differently gets its service's name in front; references follow.
/// </summary>
internal sealed class DocumentJoin(bool sandbox)
{
    private const string Components = "#/components/";

    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private readonly JsonObject paths = [];
    private readonly JsonObject components = [];
    private readonly SortedSet<string> tags = new(StringComparer.Ordinal);
    private readonly HashSet<string> operationIds = new(StringComparer.Ordinal);

    /// <summary>Operations that services describe and the route table has no way to: of no use to anyone until it has.</summary>
    public List<string> Unreachable { get; } = [];

    /// <param name="service">Resource name; <c>gateway</c> for the gateway's own operations.</param>
    /// <param name="document">The service's document; it is taken apart.</param>
    public void Add(string service, JsonObject document)
    {
        var renamed = TakeComponents(service, document["components"] as JsonObject ?? []);
        foreach (var (path, item) in document["paths"] as JsonObject ?? [])
        {
            if (item is not JsonObject operations)
                continue;
            foreach (var method in Methods.Where(operations.ContainsKey).ToList())
            {
                if (operations[method] is not JsonObject operation)
                    continue;
                if (IsReachable(service, method, path))
                    Take(service, path, method, operation, operations["parameters"], renamed);
                else
                    Unreachable.Add($"{service}: {method.ToUpperInvariant()} {path}");
            }
        }
    }

    /// <param name="missing">Services whose document could not be read, ever; said in the description.</param>
    public JsonObject Finish(Uri publicUrl, IReadOnlyCollection<string> missing)
    {
        var at = publicUrl.ToString().TrimEnd('/');
        var schemes = components["securitySchemes"] as JsonObject ?? [];
        components["securitySchemes"] = schemes;
        schemes["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT", ["description"] = "An access token from /connect/token." };
        schemes["oauth2"] = new JsonObject
        {
            ["type"] = "oauth2",
            ["description"] = "OpenID Connect; see /.well-known/openid-configuration.",
            ["flows"] = new JsonObject
            {
                ["authorizationCode"] = new JsonObject { ["authorizationUrl"] = $"{at}/connect/authorize", ["tokenUrl"] = $"{at}/connect/token", ["scopes"] = new JsonObject { ["openid"] = "Who signed in" } },
                ["clientCredentials"] = new JsonObject { ["tokenUrl"] = $"{at}/connect/token", ["scopes"] = new JsonObject() },
            },
        };
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "EServices", ["version"] = "v1", ["description"] = Description(missing) },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = at }),
            ["paths"] = new JsonObject([.. paths.OrderBy(path => path.Key, StringComparer.Ordinal).Select(path => KeyValuePair.Create(path.Key, path.Value?.DeepClone()))]),
            ["components"] = components,
            ["tags"] = new JsonArray([.. tags.Select(tag => new JsonObject { ["name"] = tag })]),
        };
    }

    private static string Description(IReadOnlyCollection<string> missing)
    {
        const string About = """
            Every public service of the state, and its way to the citizen's door, through one address.

            Errors are RFC 9457 problem documents; `errors` names fields by JSON Pointer. Amounts are integer paise, times ISO 8601 in UTC. Lists go on with `cursor`.
            Requests that do something once carry an `Idempotency-Key`. Tokens come from `/connect/token`.
            """;
        return missing.Count == 0 ? About : $"{About}\n\n**Incomplete**: {string.Join(", ", missing)} did not answer, so those operations are missing here.";
    }

    private bool IsReachable(string service, string method, string path) =>
        service == "gateway" || RouteTable.ServiceOf(method, path, sandbox) == service;

    private void Take(string service, string path, string method, JsonObject operation, JsonNode? shared, Dictionary<string, string> renamed)
    {
        var taken = (JsonObject)operation.DeepClone();
        if (shared is JsonArray parameters)
            taken["parameters"] = new JsonArray([.. parameters.Concat(taken["parameters"] as JsonArray ?? []).Select(parameter => parameter?.DeepClone())]);
        Follow(taken, renamed);
        var title = Title(service);
        // Without a tag of its own an operation carries the assembly's name.
        var given = (taken["tags"] as JsonArray)?.Select(tag => tag!.GetValue<string>()).Where(tag => !tag.StartsWith("EServices", StringComparison.Ordinal)).ToList() ?? [];
        if (given.Count == 0)
            given = [title];
        tags.UnionWith(given);
        taken["tags"] = new JsonArray([.. given.Select(tag => JsonValue.Create(tag))]);
        if (taken["operationId"]?.GetValue<string>() is { } id && !operationIds.Add(id))
        {
            taken["operationId"] = title + id;
            operationIds.Add(title + id);
        }
        if (paths[path] is not JsonObject item)
            paths[path] = item = [];
        item[method] = taken;
    }

    /// <summary>Takes over components, and says which got another name: reference to reference.</summary>
    private Dictionary<string, string> TakeComponents(string service, JsonObject given)
    {
        var parts = given.SelectMany(kind => (kind.Value as JsonObject ?? []).Select(member => new Part(kind.Key, member.Key, member.Value))).ToList();
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        // What is the same by itself means something else once a thing it refers to was renamed: so again, until nothing is renamed any more.
        while (parts.FirstOrDefault(part => !renamed.ContainsKey(part.Reference) && Clashes(part, renamed)) is { } clashing)
            renamed[clashing.Reference] = $"{Components}{clashing.Kind}/{FreeName(clashing.Kind, Title(service) + clashing.Name)}";
        foreach (var part in parts)
        {
            if (components[part.Kind] is not JsonObject target)
                components[part.Kind] = target = [];
            var name = renamed.GetValueOrDefault(part.Reference, part.Reference)[$"{Components}{part.Kind}/".Length..];
            if (target.ContainsKey(name))
                continue;
            var body = part.Body?.DeepClone();
            Follow(body, renamed);
            target[name] = body;
        }
        return renamed;
    }

    private bool Clashes(Part part, Dictionary<string, string> renamed) =>
        part.Kind != "securitySchemes"
        && components[part.Kind]?[part.Name] is { } other
        && (!JsonNode.DeepEquals(other, part.Body) || References(part.Body).Any(renamed.ContainsKey));

    private string FreeName(string kind, string wanted)
    {
        var name = wanted;
        for (var number = 2; components[kind]?[name] is not null; number++)
            name = $"{wanted}{number}";
        return name;
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(member => member is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : References(member.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private static void Follow(JsonNode? node, Dictionary<string, string> renamed)
    {
        if (renamed.Count == 0)
            return;
        switch (node)
        {
            case JsonObject map:
                if (map["$ref"] is JsonValue reference && renamed.TryGetValue(reference.GetValue<string>(), out var now))
                    map["$ref"] = now;
                foreach (var member in map)
                    Follow(member.Value, renamed);
                break;
            case JsonArray list:
                foreach (var item in list)
                    Follow(item, renamed);
                break;
        }
    }

    private static string Title(string service) => char.ToUpperInvariant(service[0]) + service[1..];

    /// <summary>A component of a service's document.</summary>
    private sealed record Part(string Kind, string Name, JsonNode? Body)
    {
        public string Reference => $"{Components}{Kind}/{Name}";
    }
}
