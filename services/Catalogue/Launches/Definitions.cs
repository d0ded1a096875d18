using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Launches;

/// <summary>A pack's definition, with everything it refers to by id written out: what a launched version is made of.</summary>
internal static class Definitions
{
    public static (ServiceLaunched Launched, ServiceWords Words) Of(WrittenService written, StatePack pack, DateTimeOffset at)
    {
        var definition = written.Definition;
        var form = written.OwnForm ?? pack.Forms[definition.Form];
        var fee = written.OwnFee ?? pack.Fees.Rules[definition.FeeRule];
        var today = pack.About.DateAt(at);
        // Where none is in force: the one that lapsed last, and before the first begins, the first.
        var rule = fee.On(today) ?? fee.Versions.LastOrDefault(version => version.From <= today) ?? fee.Versions[0];
        var officers = definition.Officers;
        var launched = new ServiceLaunched(
            definition.Id, 1, at, definition.Department, pack.Departments[definition.Department].Name, definition.Name, definition.Channels,
            [.. definition.Documents.Select(asked => new DocumentAsked(
                asked.Document, pack.Documents[asked.Document].Name, asked.Mandatory, [.. asked.Alternatives.Select(other => new DocumentAlternative(other, pack.Documents[other].Name))]))],
            form.Schema,
            new FeeRule(fee.Id, rule.Version, rule.From, rule.To, SourceText(pack, rule.Source), [.. rule.Lines.Select(line => new FeeLine(line.Code, line.Label, line.Paise, line.Payee, line.Channels, line.Why.In("en")))]),
            new TimeLimit(
                definition.TimeLimitDays, NameOf(officers.Designated, pack).In("en"), NameOf(officers.FirstAppellate, pack).In("en"), NameOf(officers.SecondAppellate, pack).In("en"),
                SourceText(pack, definition.Sources.TimeLimit)),
            definition.Output.Kind, definition.Doorstep?.Skills ?? [], definition.Doorstep?.Minutes);
        var words = new ServiceWords(
            definition.Description, definition.WhoMayApply, definition.Tags, definition.Family, definition.Batch, form.Id, definition.Output.Name, definition.ValidityMonths,
            officers.Designated, NameOf(officers.Designated, pack), NameOf(officers.FirstAppellate, pack), NameOf(officers.SecondAppellate, pack),
            [
                Cite(pack, "timeLimit", definition.Sources.TimeLimit), Cite(pack, "officers", definition.Sources.Officers),
                Cite(pack, "documents", definition.Sources.Documents), Cite(pack, "fee", rule.Source),
            ],
            definition.WordsMadeBy);
        return (launched, words);
    }

    private static Localised NameOf(string designation, StatePack pack) => pack.Designations[designation].Name;

    private static string SourceText(StatePack pack, string source) => pack.Sources[source].Text;

    private static Citation Cite(StatePack pack, string what, string source) => new(what, pack.Sources[source].Basis == Basis.Cited ? "cited" : "assumed", pack.Sources[source].Text);
}
