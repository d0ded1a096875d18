using System.Globalization;
using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Definitions;

/// <summary>One thing that changes.</summary>
/// <param name="Code">Kind of change, kebab-case: a key of the pack's wording.</param>
/// <param name="Words">A sentence in the language asked for.</param>
/// <param name="Subject">Id of the document, pointer of the field or name of the channel that it is about; null where it is about the service.</param>
internal sealed record Change(string Code, string Words, string? Subject);

/// <summary>What changes from one version of a service to another, in words.</summary>
internal sealed class ServiceDifference
{
    private readonly List<Change> changes = [];
    private readonly WordingBook wording;
    private readonly string language;

    private ServiceDifference(WordingBook wording, string language) => (this.wording, this.language) = (wording, language);

    /// <summary>From the one to the other; empty when nothing changes that anyone is told of.</summary>
    public static IReadOnlyList<Change> Between((ServiceLaunched Launched, ServiceWords Words) from, (ServiceLaunched Launched, ServiceWords Words) to, WordingBook wording, string language)
    {
        var difference = new ServiceDifference(wording, language);
        difference.Words(from, to);
        difference.Money(from.Launched, to.Launched);
        if (from.Launched.TimeLimit.WorkingDays != to.Launched.TimeLimit.WorkingDays)
            difference.Add("time-limit-changed", null, ("from", Number(from.Launched.TimeLimit.WorkingDays)), ("to", Number(to.Launched.TimeLimit.WorkingDays)));
        difference.Offices(from, to);
        difference.Papers(from.Launched.Documents, to.Launched.Documents);
        difference.Form(from.Launched, to.Launched);
        difference.Outcome(from, to);
        return difference.changes;
    }

    private void Words((ServiceLaunched Launched, ServiceWords Words) from, (ServiceLaunched Launched, ServiceWords Words) to)
    {
        FromTo("name-changed", from.Launched.Name, to.Launched.Name);
        FromTo("description-changed", from.Words.Description, to.Words.Description);
        FromTo("who-may-apply-changed", from.Words.WhoMayApply, to.Words.WhoMayApply);
        if (from.Launched.DepartmentId != to.Launched.DepartmentId)
            FromTo("department-changed", from.Launched.DepartmentName, to.Launched.DepartmentName);
    }

    private void Money(ServiceLaunched from, ServiceLaunched to)
    {
        foreach (var channel in Enum.GetValues<Channel>())
        {
            var (was, now) = (from.Channels.Contains(channel), to.Channels.Contains(channel));
            if (!was && !now)
                continue;
            var (name, subject) = (wording.Say($"channel-{channel.ToString().ToLowerInvariant()}", language), channel.ToString().ToLowerInvariant());
            var (before, after) = (ServiceFees.Total(from.Fee, channel), ServiceFees.Total(to.Fee, channel));
            if (!was)
                Add("channel-added", subject, ("channel", name), ("to", Rupees(after)));
            else if (!now)
                Add("channel-removed", subject, ("channel", name));
            else if (before != after)
                Add("fee-changed", subject, ("channel", name), ("from", Rupees(before)), ("to", Rupees(after)));
            else if (!ServiceFees.Lines(from.Fee, channel).Select(line => (line.Code, line.Paise, line.Payee)).SequenceEqual(ServiceFees.Lines(to.Fee, channel).Select(line => (line.Code, line.Paise, line.Payee))))
                Add("fee-lines-changed", subject, ("channel", name), ("to", Rupees(after)));
        }
    }

    private void Offices((ServiceLaunched Launched, ServiceWords Words) from, (ServiceLaunched Launched, ServiceWords Words) to)
    {
        FromTo("officer-changed", from.Words.DesignatedOfficerName, to.Words.DesignatedOfficerName);
        FromTo("first-appeal-changed", from.Words.FirstAppellateName, to.Words.FirstAppellateName);
        FromTo("second-appeal-changed", from.Words.SecondAppellateName, to.Words.SecondAppellateName);
    }

    private void Papers(IReadOnlyList<DocumentAsked> from, IReadOnlyList<DocumentAsked> to)
    {
        foreach (var asked in to)
        {
            var before = from.FirstOrDefault(other => other.DocumentId == asked.DocumentId);
            var name = ("document", asked.Name.In(language));
            if (before is null)
            {
                Add(asked.Mandatory ? "document-added-mandatory" : "document-added", asked.DocumentId, name);
                continue;
            }
            if (before.Mandatory != asked.Mandatory)
                Add(asked.Mandatory ? "document-now-mandatory" : "document-now-optional", asked.DocumentId, name);
            foreach (var other in asked.Alternatives.Where(other => !before.Alternatives.Any(known => known.DocumentId == other.DocumentId)))
                Add("alternative-added", other.DocumentId, name, ("alternative", other.Name.In(language)));
            foreach (var other in before.Alternatives.Where(other => !asked.Alternatives.Any(known => known.DocumentId == other.DocumentId)))
                Add("alternative-removed", other.DocumentId, name, ("alternative", other.Name.In(language)));
        }
        foreach (var gone in from.Where(asked => !to.Any(other => other.DocumentId == asked.DocumentId)))
            Add("document-removed", gone.DocumentId, ("document", gone.Name.In(language)));
    }

    private void Form(ServiceLaunched from, ServiceLaunched to)
    {
        var (before, after) = (FormFields.Of(from.FormSchema, language), FormFields.Of(to.FormSchema, language));
        var told = changes.Count;
        foreach (var field in after.Values)
        {
            var name = ("field", field.Title);
            if (!before.TryGetValue(field.Pointer, out var was))
                Add(field.Required ? "field-added-required" : "field-added", field.Pointer, name);
            else if (was.Required != field.Required)
                Add(field.Required ? "field-now-required" : "field-now-optional", field.Pointer, name);
            else if (was.Rules != field.Rules)
                Add("field-changed", field.Pointer, name);
        }
        foreach (var gone in before.Values.Where(field => !after.ContainsKey(field.Pointer)))
            Add("field-removed", gone.Pointer, ("field", gone.Title));
        if (changes.Count == told && FormFields.RulesOf(from.FormSchema) != FormFields.RulesOf(to.FormSchema))
            Add("form-rules-changed", null);
    }

    private void Outcome((ServiceLaunched Launched, ServiceWords Words) from, (ServiceLaunched Launched, ServiceWords Words) to)
    {
        FromTo("output-changed", from.Words.OutputName, to.Words.OutputName);
        if (from.Words.ValidityMonths != to.Words.ValidityMonths)
            Add("validity-changed", null, ("from", Months(from.Words.ValidityMonths)), ("to", Months(to.Words.ValidityMonths)));
        if (from.Launched.DoorstepMinutes is { } was && to.Launched.DoorstepMinutes is { } now && was != now)
            Add("visit-changed", null, ("from", Number(was)), ("to", Number(now)));
        if (!from.Launched.Skills.Order(StringComparer.Ordinal).SequenceEqual(to.Launched.Skills.Order(StringComparer.Ordinal)))
            Add("skills-changed", null);
    }

    /// <summary>Where it changes in any language; told in the one asked for.</summary>
    private void FromTo(string code, Localised from, Localised to)
    {
        if (from != to)
            Add(code, null, ("from", from.In(language)), ("to", to.In(language)));
    }

    private void Add(string code, string? subject, params (string, string)[] parameters) => changes.Add(new Change(code, wording.Say(code, language, parameters), subject));

    private string Months(int? months) => months is { } count ? wording.Say("months", language, ("count", Number(count))) : wording.Say("unlimited", language);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    internal static string Rupees(long paise) => string.Create(CultureInfo.InvariantCulture, $"₹{paise / 100}{(paise % 100 == 0 ? "" : $".{paise % 100:00}")}");
}
