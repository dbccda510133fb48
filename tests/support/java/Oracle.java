import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Resource;

/**
 * HAPI's instance validator as an oracle: one JVM, many messages.
 *
 * <p>One JSON line in, one JSON line out. {@code {"load": "name", "packages": ["a.tgz", "folder"]}} makes a validator
 * over FHIR packages (archives or unpacked folders) beside FHIR R4 itself; {@code {"with": "name", "text": "..."}}
 * judges a message by it, whatever the line's {@code profiles} ask for besides what the message claims. The answer
 * holds {@code valid}, {@code nanos} and {@code issues}: severity, message id, location, text; and with
 * {@code "outcome": true} HAPI's own OperationOutcome as text.
 */
public final class Oracle {
    private static final List<String> DEFINITIONS = List.of("StructureDefinition-", "ValueSet-", "CodeSystem-");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FhirContext context = FhirContext.forR4();
    private final DefaultProfileValidationSupport base = new DefaultProfileValidationSupport(context);
    private final Map<String, FhirValidator> validators = new HashMap<>();

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        Oracle oracle = new Oracle();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            byte[] answer = JSON.writeValueAsBytes(oracle.answer(JSON.readTree(line)));
            answers.write(answer);
            answers.write('\n');
            answers.flush();
        }
    }

    private ObjectNode answer(JsonNode request) {
        try {
            return request.has("load") ? load(request) : judge(request);
        } catch (Exception | Error problem) { // an Error of a message must not end the other messages
            return JSON.createObjectNode().put("crash", problem.toString());
        }
    }

    private ObjectNode load(JsonNode request) throws IOException {
        PrePopulatedValidationSupport own = new PrePopulatedValidationSupport(context);
        base.fetchAllStructureDefinitions().forEach(own::addResource); // else references to "...|4.0.1" find nothing
        int count = 0;
        for (JsonNode name : request.get("packages")) {
            Path place = Path.of(name.asText());
            count += Files.isDirectory(place) ? addFolder(own, place) : addArchive(own, place);
        }
        FhirInstanceValidator instances = new FhirInstanceValidator(new ValidationSupportChain(
                own,
                base,
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context)));
        instances.setErrorForUnknownProfiles(false); // the specification leaves it to the reader; a warning tells
        FhirValidator validator = context.newValidator();
        validator.registerValidatorModule(instances);
        validators.put(request.get("load").asText(), validator);
        return JSON.createObjectNode().put("definitions", count);
    }

    private int addFolder(PrePopulatedValidationSupport into, Path folder) throws IOException {
        int count = 0;
        try (Stream<Path> files = Files.list(folder.resolve("package"))) {
            for (Path file : files.sorted().toList()) {
                count += add(into, file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return count;
    }

    private int addArchive(PrePopulatedValidationSupport into, Path archive) throws IOException {
        int count = 0;
        try (InputStream raw = Files.newInputStream(archive);
                TarArchiveInputStream files = new TarArchiveInputStream(new GzipCompressorInputStream(raw))) {
            for (TarArchiveEntry file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
                if (file.getName().matches("package/[^/]+")) {
                    count += add(into, file.getName().substring("package/".length()), files.readAllBytes());
                }
            }
        }
        return count;
    }

    private int add(PrePopulatedValidationSupport into, String name, byte[] content) {
        if (!name.endsWith(".json") || DEFINITIONS.stream().noneMatch(name::startsWith)) {
            return 0;
        }
        IParser parser = context.newJsonParser();
        parser.setParserErrorHandler(new LenientErrorHandler(false));
        into.addResource((Resource) parser.parseResource(new String(content, StandardCharsets.UTF_8)));
        return 1;
    }

    private ObjectNode judge(JsonNode request) {
        ValidationOptions options = new ValidationOptions();
        request.path("profiles").forEach(profile -> options.addProfile(profile.asText()));
        FhirValidator validator = validators.get(request.get("with").asText());
        long start = System.nanoTime();
        var result = validator.validateWithResult(request.get("text").asText(), options);
        ObjectNode answer = JSON.createObjectNode();
        answer.put("nanos", System.nanoTime() - start);
        ArrayNode issues = answer.putArray("issues");
        boolean valid = true;
        for (SingleValidationMessage message : result.getMessages()) {
            ResultSeverityEnum severity = message.getSeverity();
            valid &= severity != ResultSeverityEnum.ERROR && severity != ResultSeverityEnum.FATAL;
            issues.addObject()
                    .put("severity", severity.getCode())
                    .put("id", message.getMessageId())
                    .put("location", message.getLocationString())
                    .put("text", message.getMessage());
        }
        if (request.path("outcome").asBoolean()) {
            answer.put("outcome", context.newJsonParser().encodeResourceToString(result.toOperationOutcome()));
        }
        return answer.put("valid", valid);
    }
}
