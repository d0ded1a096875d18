namespace EServices.Application.Simulations;

/// <summary>How many, and how much money in paise.</summary>
/// <param name="Looked">Applications that were looked at.</param>
/// <param name="Affected">Of them, those for which anything would have been different.</param>
/// <param name="BeforePaise">What all of them were asked to pay.</param>
/// <param name="AfterPaise">What they would have been asked.</param>
/// <param name="DecidedLater">Decided after what would have been their last day.</param>
/// <param name="WereLate">Decided after their last day as it was.</param>
/// <param name="OpenLate">Not decided yet, and late by now if the proposal held.</param>
/// <param name="FormFails">Forms that could not be handed in as they stand.</param>
internal sealed record Figures(
    long Looked, long Affected, long PayMore, long PayLess, long BeforePaise, long AfterPaise, long Decided, long DecidedLater, long WereLate, long OpenLate, long FormFails)
{
    public static readonly Figures None = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public long DifferencePaise => AfterPaise - BeforePaise;

    public Figures With(Effect effect) => new(
        Looked + 1, Affected + One(effect.Affected), PayMore + One(effect.After > effect.Before), PayLess + One(effect.After < effect.Before),
        BeforePaise + effect.Before, AfterPaise + effect.After, Decided + One(effect.Decided), DecidedLater + One(effect.DecidedLater), WereLate + One(effect.WasLate),
        OpenLate + One(effect.OpenLate), FormFails + One(effect.FormFails.Count > 0));

    private static long One(bool holds) => holds ? 1 : 0;
}

/// <summary>Figures of one channel, department or district.</summary>
/// <param name="By"><c>channel</c>, <c>department</c> or <c>district</c>.</param>
/// <param name="Key">Name of the channel, id of the department or LGD code; empty where no district was given.</param>
internal sealed record FiguresBy(string By, string Key, Figures Figures);

/// <summary>A field in which stored forms would fail.</summary>
/// <param name="Field">JSON Pointer into the form; <c>*</c> stands for each entry of a list and for names that applicants gave.</param>
/// <param name="Code">The schema's keyword that is broken.</param>
/// <param name="Applications">How many of them.</param>
internal sealed record FailingField(string Field, string Code, long Applications);
