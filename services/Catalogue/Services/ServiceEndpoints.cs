using System.Text.Json;
using EServices.Catalogue.Forms;
using EServices.Catalogue.LinkedData;
using EServices.Catalogue.Search;
using EServices.Catalogue.Search.Engine;
using EServices.Contracts;
using EServices.Platform.Packs;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Services;

/// <summary>What anyone may read of services, without a token.</summary>
internal static class ServiceEndpoints
{
    private const int LongestQuery = 10_000;

    public static void MapServices(this RouteGroupBuilder api)
    {
        var services = api.MapGroup("/services").AllowAnonymous().WithTags("Catalogue").AddEndpointFilter<PublicCache>();
        services.MapGet("", List).WithName("listServices").WithSummary("Services that can be asked for; with q the best match first").ProducesProblem(400);
        services.MapGet("/{id}", Get).WithName("getService").WithSummary("One service: documents, form, fees, time limit, officers").ProducesProblem(400).ProducesProblem(404)
            .AddEndpointFilter<LinkedDataOnDemand>();
        services.MapGet("/{id}/form", GetForm).WithName("getServiceForm").WithSummary("The form as JSON Schema 2020-12, and how to draw it in a language").ProducesProblem(400).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<ServicePage>, ProblemHttpResult>> List(
        string? q, string? lang, string? department, string? channel, Paging paging, Shelf shelf, ServiceSearch search, StatePack pack, CancellationToken cancellationToken)
    {
        var through = ChannelNamed(channel);
        var searched = !string.IsNullOrWhiteSpace(q);
        var checks = new Checks()
            .InLanguage(lang, pack, out var language)
            .That(department is null || pack.Departments.Has(department), "?department", "unknown", "There is no such department; see /api/v1/departments.")
            .That(channel is null || through is not null, "?channel", "unknown", "online, centre or doorstep.")
            .That(q is null || q.Length <= LongestQuery, "?q", "too-long", $"At most {LongestQuery} characters.")
            .That(ListCursor.TryRead(paging.Cursor, searched, out var cursor), "?cursor", "cursor", "Take the cursor from 'next' of the page before.");
        if (!checks.Passed)
            return checks.Problem();

        var now = shelf.Now;
        if (searched)
        {
            var query = new SearchQuery(q!, paging.Limit + 1, department, channel, language, WithFacets: true, WithMarks: true) { Skip = cursor.Count };
            return TypedResults.Ok(ServicePage.Of((await search.IndexAsync(now, cancellationToken)).Find(query), now, cursor, paging.Limit, language));
        }
        var services = now.Launched
            .Where(service => department is null || service.Launched.DepartmentId == department)
            .Where(service => through is null || service.Launched.Channels.Contains(through.Value));
        var found = cursor.Rest(services).Take(paging.Limit + 1).ToList();
        var page = found.Take(paging.Limit).ToList();
        return TypedResults.Ok(new ServicePage(
            [.. page.Select(service => ServiceLine.Of(service, language))], found.Count > page.Count ? ListCursor.After(page[^1]) : null));
    }

    internal static Results<Ok<ServiceDetail>, ProblemHttpResult> Get(string id, string? lang, Shelf shelf, StatePack pack)
    {
        if (!Language.Known(lang, pack, out var language))
            return Language.Unknown(pack);
        return shelf.Now.Services.TryGetValue(id, out var service)
            ? TypedResults.Ok(ServiceDetail.Of(service, language) with { SchemaOrg = SchemaOrg.Of(service, pack, language) })
            : Problems.NotFound("service", id);
    }

    internal static Results<Ok<ServiceForm>, ProblemHttpResult> GetForm(string id, string? lang, Shelf shelf, StatePack pack)
    {
        if (!Language.Known(lang, pack, out var language))
            return Language.Unknown(pack);
        return shelf.Now.Services.TryGetValue(id, out var service)
            ? TypedResults.Ok(ServiceForm.Of(service, pack.About.Languages.First(known => known.Tag == language)))
            : Problems.NotFound("service", id);
    }

    /// <summary>By its name alone: numbers and lists of names, which an enum's parser takes as well, are no channels.</summary>
    private static Channel? ChannelNamed(string? name) =>
        Enum.GetValues<Channel>().Cast<Channel?>().FirstOrDefault(channel => string.Equals(channel.ToString(), name, StringComparison.OrdinalIgnoreCase));
}

/// <param name="Language">The language whose titles a front end takes from <c>x-title</c>.</param>
/// <param name="Layout">Sections, widgets, words in that language and what is shown when: all that a front end needs to draw it.</param>
internal sealed record ServiceForm(string ServiceId, int Version, string FormId, string Language, JsonElement Schema, FormLayout Layout)
{
    public static ServiceForm Of(ServiceVersion service, PackLanguage language) => new(
        service.ServiceId, service.Number, service.Words.FormId, language.Tag, service.Launched.FormSchema,
        FormDesigner.LayOut(service.Launched.FormSchema, service.Launched.Documents, language));
}
