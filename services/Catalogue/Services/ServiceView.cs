using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Services;

/// <summary>A service in a list.</summary>
/// <param name="Name">In the language asked for.</param>
/// <param name="Names">In every language of the pack.</param>
/// <param name="FromPaise">What it costs on its cheapest channel.</param>
/// <param name="Highlights">What of it matched, where something was searched for.</param>
internal sealed record ServiceLine(
    string Id, int Version, string Name, Localised Names, string Description, string DepartmentId, string DepartmentName, IReadOnlyList<Channel> Channels,
    long FromPaise, int TimeLimitDays, Highlights? Highlights = null)
{
    public static ServiceLine Of(ServiceVersion service, string language) => new(
        service.ServiceId, service.Number, service.Launched.Name.In(language), service.Launched.Name, service.Words.Description.In(language),
        service.Launched.DepartmentId, service.Launched.DepartmentName.In(language), service.Launched.Channels,
        ServiceFees.Least(service.Launched), service.Launched.TimeLimit.WorkingDays);
}

/// <summary>A service as whole as anyone may see it.</summary>
/// <param name="FormSchema">JSON Schema 2020-12; titles in the pack's languages under <c>x-title</c>.</param>
/// <param name="Fees">What it costs by channel, in paise, line by line.</param>
internal sealed record ServiceDetail(
    string Id, int Version, string State, string? SuspendedBecause, string Name, Localised Names, string Description, Localised Descriptions, string WhoMayApply,
    string DepartmentId, string DepartmentName, IReadOnlyList<Channel> Channels, IReadOnlyList<DocumentView> Documents, JsonElement FormSchema,
    IReadOnlyList<ChannelFee> Fees, string FeeRuleId, int FeeRuleVersion, TimeLimitView TimeLimit, string Output, string OutputName, int? ValidityMonths,
    string Family, string Batch, DateTimeOffset LaunchedAt, IReadOnlyList<string> Tags, IReadOnlyList<Citation> Citations, string WordsMadeBy)
{
    /// <summary>The same as schema.org's GovernmentService in JSON-LD, for a page to embed.</summary>
    public JsonObject? SchemaOrg { get; init; }

    public static ServiceDetail Of(ServiceVersion service, string language)
    {
        var (launched, words) = (service.Launched, service.Words);
        return new ServiceDetail(
            service.ServiceId, service.Number, service.State.ToString().ToLowerInvariant(), service.SuspendedBecause,
            launched.Name.In(language), launched.Name, words.Description.In(language), words.Description, words.WhoMayApply.In(language),
            launched.DepartmentId, launched.DepartmentName.In(language), launched.Channels,
            [.. launched.Documents.Select(asked => DocumentView.Of(asked, language))], launched.FormSchema,
            [.. launched.Channels.Select(channel => ChannelFee.Of(launched.Fee, channel, language))], launched.Fee.RuleId, launched.Fee.Version,
            new TimeLimitView(
                launched.TimeLimit.WorkingDays, words.DesignatedOfficer, words.DesignatedOfficerName.In(language), words.FirstAppellateName.In(language),
                words.SecondAppellateName.In(language), launched.TimeLimit.Source),
            launched.Output, words.OutputName.In(language), words.ValidityMonths, words.Family, words.Batch, service.LaunchedAt, words.Tags, words.Citations, words.WordsMadeBy);
    }
}

internal sealed record DocumentView(string DocumentId, string Name, bool Mandatory, IReadOnlyList<AlternativeView> Alternatives)
{
    public static DocumentView Of(DocumentAsked asked, string language) => new(
        asked.DocumentId, asked.Name.In(language), asked.Mandatory, [.. asked.Alternatives.Select(other => new AlternativeView(other.DocumentId, other.Name.In(language)))]);
}

internal sealed record AlternativeView(string DocumentId, string Name);

internal sealed record ChannelFee(Channel Channel, long TotalPaise, IReadOnlyList<FeeLineView> Lines)
{
    public static ChannelFee Of(FeeRule rule, Channel channel, string language) => new(
        channel, ServiceFees.Total(rule, channel),
        [.. ServiceFees.Lines(rule, channel).Select(line => new FeeLineView(line.Code, line.Label.In(language), line.Paise, line.Payee, line.Why))]);
}

internal sealed record FeeLineView(string Code, string Label, long Paise, string Payee, string Why);

/// <param name="Days">Counted as the act says, from a complete and paid application.</param>
/// <param name="DesignatedOfficerId">Id of the designation in the pack.</param>
internal sealed record TimeLimitView(int Days, string DesignatedOfficerId, string DesignatedOfficer, string FirstAppellate, string SecondAppellate, string Source);

internal static class ServiceFees
{
    public static IEnumerable<FeeLine> Lines(FeeRule rule, Channel channel) => rule.Lines.Where(line => line.Channels.Count == 0 || line.Channels.Contains(channel));

    /// <summary>In paise, on the cheapest channel.</summary>
    public static long Least(ServiceLaunched launched) => launched.Channels.Select(channel => Total(launched.Fee, channel)).DefaultIfEmpty().Min();

    public static long Total(FeeRule rule, Channel channel) => Lines(rule, channel).Sum(line => line.Paise);
}

/// <summary>The language of an answer: one of the pack's, else a field error.</summary>
internal static class Language
{
    private const string Place = "?lang";

    public static bool Known(string? asked, StatePack pack, out string language)
    {
        language = asked ?? pack.About.Languages[0].Tag;
        var tag = language;
        return pack.About.Languages.Any(known => known.Tag == tag);
    }

    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Unknown(StatePack pack) => new Platform.Web.Checks().That(false, Place, "language", OneOf(pack)).Problem();

    /// <summary>Among other checks, that the language asked for is one of the pack's; without one, its first.</summary>
    public static Platform.Web.Checks InLanguage(this Platform.Web.Checks checks, string? asked, StatePack pack, out string language) =>
        checks.That(Known(asked, pack, out language), Place, "language", OneOf(pack));

    private static string OneOf(StatePack pack) => $"One of {string.Join(", ", pack.About.Languages.Select(known => known.Tag))}.";
}
