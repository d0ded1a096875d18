using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Platform.Packs;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Guide;

/// <summary>What to bring, to pay and to wait for, for several services at once.</summary>
internal static class ChecklistEndpoints
{
    private const int MostServices = 20;

    public static void MapChecklist(this RouteGroupBuilder api) =>
        api.MapPost("/guide/checklist", Make).AllowAnonymous().WithTags("Guide").WithName("makeChecklist")
            .WithSummary("One list of papers for several services, as few as will do, with alternatives; fees and days of each. Nothing is stored").ProducesProblem(400).ProducesProblem(409);

    internal static Results<Ok<ChecklistView>, ProblemHttpResult> Make(ChecklistWanted wanted, string? lang, Shelf shelf, StatePack pack)
    {
        var asked = wanted.Services ?? [];
        var checks = new Checks()
            .InLanguage(lang, pack, out var language)
            .That(asked.Count is > 0 and <= MostServices, "/services", "count", $"From 1 to {MostServices} ids of services.")
            .That(wanted.Channel is not null, "/channel", "required", "online, centre or doorstep.");
        var services = new List<ServiceVersion>();
        for (var place = 0; place < Math.Min(asked.Count, MostServices); place++)
        {
            if (asked[place] is not { } id || !shelf.Now.Services.TryGetValue(id, out var service))
                checks.That(false, $"/services/{place}", "unknown", "There is no such service; see /api/v1/services.");
            else if (services.Exists(other => other.ServiceId == id))
                checks.That(false, $"/services/{place}", "repeated", "This service is there twice.");
            else
            {
                services.Add(service);
                checks.That(wanted.Channel is not { } channel || service.Launched.Channels.Contains(channel), $"/services/{place}", "not-offered", "This service is not offered by this channel.")
                    .That(service.State == ServiceState.Launched, $"/services/{place}", "suspended", service.SuspendedBecause ?? "");
            }
        }
        if (!checks.Passed)
            return checks.Problem();
        var through = wanted.Channel!.Value;
        var items = services.Select(service => new ChecklistService(
            service.ServiceId, service.Launched.Name.In(language), ChannelFee.Of(service.Launched.Fee, through, language), service.Launched.TimeLimit.WorkingDays)).ToList();
        return TypedResults.Ok(new ChecklistView(
            through, items, items.Sum(service => service.Fee.TotalPaise), items.Max(service => service.Days), [.. Checklist.Merge(services).Select(paper => PaperView.Of(paper, language))]));
    }
}

/// <param name="Services">Ids, each once.</param>
internal sealed record ChecklistWanted(IReadOnlyList<string?>? Services, Channel? Channel);

/// <param name="TotalPaise">All fees together on this channel.</param>
/// <param name="LongestDays">The longest of the time limits, each counted as the act says.</param>
internal sealed record ChecklistView(Channel Channel, IReadOnlyList<ChecklistService> Services, long TotalPaise, int LongestDays, IReadOnlyList<PaperView> Documents);

internal sealed record ChecklistService(string ServiceId, string Name, ChannelFee Fee, int Days);

/// <param name="Instead">Papers that would do for all that this one is for.</param>
internal sealed record PaperView(string DocumentId, string Name, bool Mandatory, IReadOnlyList<PaperUse> For, IReadOnlyList<AlternativeView> Instead)
{
    public static PaperView Of(Paper paper, string language) => new(
        paper.DocumentId, paper.Name.In(language), paper.Mandatory,
        [.. paper.For.Select(use => new PaperUse(
            use.ServiceId, use.Document.DocumentId, use.Document.Name.In(language),
            [.. use.Accepted.Where(other => other.Id != paper.DocumentId).Select(other => new AlternativeView(other.Id, other.Name.In(language)))]))],
        [.. paper.Instead.Select(other => new AlternativeView(other.Id, other.Name.In(language)))]);
}

/// <summary>For which service the paper counts, as which of the documents that it asks for.</summary>
/// <param name="OrElse">What this service would take instead.</param>
internal sealed record PaperUse(string ServiceId, string AskedFor, string AskedForName, IReadOnlyList<AlternativeView> OrElse);
