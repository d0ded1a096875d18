using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Catalogue.Services;
using EServices.Platform.Packs;
using EServices.Platform.Web;
using Microsoft.Net.Http.Headers;

namespace EServices.Catalogue.LinkedData;

/// <summary>The catalogue as CPSV-AP 3.2 in JSON-LD, for other catalogues to harvest: whole, and service by service.</summary>
internal static class LinkedDataEndpoints
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapLinkedData(this RouteGroupBuilder api)
    {
        api.MapGet("/services.jsonld", Whole).AllowAnonymous().WithTags("Catalogue").WithName("listServicesAsLinkedData")
            .WithSummary("Every service that can be asked for, as CPSV-AP 3.2 in JSON-LD").Produces<JsonObject>(200, Vocabulary.MediaType);
        api.MapGet("/services/{id}.jsonld", One).AllowAnonymous().WithTags("Catalogue").WithName("getServiceAsLinkedData")
            .WithSummary("One service as CPSV-AP 3.2 in JSON-LD; also what GET services/{id} answers to 'Accept: application/ld+json'").Produces<JsonObject>(200, Vocabulary.MediaType).ProducesProblem(404);
    }

    internal static IResult Whole(WholeCatalogue whole, HttpContext http) => PublicCache.Answer(http, whole.Now(), Vocabulary.MediaType);

    internal static IResult One(string id, Shelf shelf, StatePack pack, HttpContext http) =>
        shelf.Now.Services.TryGetValue(id, out var service) ? Answer(service, pack, http) : Problems.NotFound("service", id);

    /// <summary>Whether the caller would rather have JSON-LD than the page's own JSON.</summary>
    public static bool Wants(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return false;
        var linked = accepted.Where(type => type.MediaType.Equals(Vocabulary.MediaType, StringComparison.OrdinalIgnoreCase)).Select(type => type.Quality ?? 1).DefaultIfEmpty(0).Max();
        var plain = accepted.Where(type => type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)).Select(type => type.Quality ?? 1).DefaultIfEmpty(0).Max();
        return linked > 0 && linked > plain;
    }

    public static IResult Answer(ServiceVersion service, StatePack pack, HttpContext http)
    {
        var body = Bytes(LinkedCatalogue.Document(service, pack));
        return PublicCache.Answer(http, (body, PublicCache.TagOf(body)), Vocabulary.MediaType);
    }

    internal static byte[] Bytes(JsonObject document) => JsonSerializer.SerializeToUtf8Bytes(document, Readable);
}

/// <summary>The whole document, written once for each state of the shelf: some megabytes that harvesters ask for every night and nobody else does.</summary>
internal sealed class WholeCatalogue(Shelf shelf, StatePack pack)
{
    private readonly Lock writing = new();
    private Written? latest;

    public (byte[] Body, string Tag) Now()
    {
        var content = shelf.Now;
        if (latest is { } known && known.Revision == content.Revision)
            return (known.Body, known.Tag);
        lock (writing)
        {
            if (latest is { } meanwhile && meanwhile.Revision >= content.Revision)
                return (meanwhile.Body, meanwhile.Tag);
            var body = LinkedDataEndpoints.Bytes(LinkedCatalogue.Document(content.Launched, pack));
            latest = new Written(content.Revision, body, PublicCache.TagOf(body));
            return (latest.Body, latest.Tag);
        }
    }

    private sealed record Written(long Revision, byte[] Body, string Tag);
}

/// <summary>Answers a page's address with linked data where the caller asks for it.</summary>
internal sealed class LinkedDataOnDemand(Shelf shelf, StatePack pack) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers.Vary = HeaderNames.Accept;
        return LinkedDataEndpoints.Wants(http.Request) && http.GetRouteValue("id") is string id
            ? ValueTask.FromResult<object?>(LinkedDataEndpoints.One(id, shelf, pack, http))
            : next(context);
    }
}
