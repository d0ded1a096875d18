using EServices.Contracts;

namespace EServices.Platform.Packs;

/// <param name="LgdCode">The organisation's code in the Local Government Directory, where it has one.</param>
/// <param name="MergedLgdCodes">Further codes under which the directory lists the same department.</param>
/// <param name="Parent">Id of the department it is under, for boards and authorities.</param>
public sealed record Department(string Id, Localised Name, string? LgdCode, IReadOnlyList<string> MergedLgdCodes, string? Parent);

/// <summary>An office that decides: who exactly holds it is a <see cref="StaffAccount"/>.</summary>
/// <param name="Department">Id of the department it belongs to.</param>
/// <param name="Level">The level of territory one holder answers for.</param>
public sealed record Designation(string Id, Localised Name, string Department, Level Level);

/// <summary>A kind of paper that citizens bring.</summary>
public sealed record DocumentType(string Id, Localised Name, Localised Description);
