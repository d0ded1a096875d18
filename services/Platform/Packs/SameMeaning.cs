namespace EServices.Platform.Packs;

/// <summary>Words and phrases that mean one thing to who looks for a service.</summary>
/// <param name="Words">At least two, in any script; spellings that sound the same count as one.</param>
public sealed record SameMeaning(string Id, IReadOnlyList<string> Words);
